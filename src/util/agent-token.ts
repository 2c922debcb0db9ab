/** What the token of an agent looks like (latency.agents), for the server that knows it and the agent that shows it. */
export const AGENT_TOKEN = /^[\x21-\x7e]{16,200}$/;
