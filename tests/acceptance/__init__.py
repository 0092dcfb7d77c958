"""The SDK and the embedded server together, from outside, as their users have them."""
