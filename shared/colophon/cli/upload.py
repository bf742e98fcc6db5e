"""stub"""
def upload_command() -> None:
    """stub"""
