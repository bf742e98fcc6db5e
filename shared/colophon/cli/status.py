"""stub"""
def status_command() -> None:
    """stub"""
