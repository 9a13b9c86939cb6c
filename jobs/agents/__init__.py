"""LangGraph in the engine: the checkpoint saver, the node handler, the graphs of the checks."""
