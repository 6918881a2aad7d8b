"""What an org's setup is made of: fields, validation rules, permissions, list views, layouts.

Each kind of component is one file with the same few functions; the Tooling API, the Metadata API's calls and its
deployments all go through them.
"""
