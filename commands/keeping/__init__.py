"""What keeps a database safe: backups, whether all is as it should be, and moves to another one."""
