"""What a browser meets: pages, live parts, downloads, markup and security. The API beside it is `app.api`."""
