"""What the SDK costs, side by side with httpx; see `__main__`."""
