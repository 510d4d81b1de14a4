// The agent's own name and version, as it is told to hub, gate and panel.

export const software = 'madoguchi 0.1.0';
