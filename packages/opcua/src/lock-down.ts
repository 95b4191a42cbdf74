import {
  AccessLevelFlag,
  AccessRestrictionsFlag,
  allPermissions,
  type BaseNode,
  type Namespace,
  NodeClass,
  type UAVariable,
  WellKnownRoles,
} from 'node-opcua';

/** Every session stands on the role Anonymous, so this leaves each decision to the gate, which has it on record. */
const leftToTheGate = [{ roleId: WellKnownRoles.Anonymous, permissions: allPermissions }];

/** Nodes that are done: results come while the server runs, and there are thousands of others. */
const done = new WeakSet<object>();

/**
 * Makes everything read-only that does not go to the gate. The types of the specifications leave many properties writable, and the library would take
 * what anybody writes to them. Permissions and restrictions are stated at each node: where they are not, the library looks them up at the namespace
 * for every read, four times over, at more cost than the read itself.
 */
export function lockDown(namespace: Namespace): void {
  const nodes = (namespace as unknown as { nodeIterator(): IterableIterator<BaseNode> }).nodeIterator();
  for (const node of nodes) {
    if (done.has(node)) continue;
    done.add(node);
    node.setRolePermissions(leftToTheGate as never);
    node.setAccessRestrictions(AccessRestrictionsFlag.None);
    if (node.nodeClass !== NodeClass.Variable || Object.hasOwn(node, 'writeValue')) continue;
    const variable = node as UAVariable;
    variable.accessLevel &= ~AccessLevelFlag.CurrentWrite;
    if (variable.userAccessLevel !== undefined) variable.userAccessLevel &= ~AccessLevelFlag.CurrentWrite;
  }
}
