"""What is kept: the service that appends events to a tamper-evident log and proves it."""
