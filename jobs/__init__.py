"""What worker machines load besides the dashboard: handlers, agents, pipelines."""
