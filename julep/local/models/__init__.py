"""Language models and models that make vectors."""
