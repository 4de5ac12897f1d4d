"""Whatever is sent to the API, by whomever, has an answer that the OpenAPI document describes."""
