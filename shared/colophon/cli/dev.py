"""stub"""
def dev_command() -> None:
    """stub"""
