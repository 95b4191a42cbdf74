import { AccessLevelFlag, type Namespace, NodeClass, type UAVariable } from 'node-opcua';

/**
 * Makes everything read-only that does not go to the gate. The types of the specifications leave many properties writable, and the library would take
 * what anybody writes to them.
 */
export function lockDown(namespace: Namespace): void {
  const nodes = (namespace as unknown as { nodeIterator(): IterableIterator<UAVariable> }).nodeIterator();
  for (const node of nodes) {
    if (node.nodeClass !== NodeClass.Variable || Object.hasOwn(node, 'writeValue')) continue;
    node.accessLevel &= ~AccessLevelFlag.CurrentWrite;
    if (node.userAccessLevel !== undefined) node.userAccessLevel &= ~AccessLevelFlag.CurrentWrite;
  }
}
