"""Cases as programs for a real kernel: C, a shell script, a program of syzkaller."""
