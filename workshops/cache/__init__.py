"""What has changed of what everybody looks at, so that the answers to it are kept until then and no longer."""
