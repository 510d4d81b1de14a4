// Name and version of the agent, as hub, gate and panel get it.

export const software = 'madoguchi 0.1.0';
