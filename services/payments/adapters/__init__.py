"""What lies outside the service's own code and data."""
