import { type BaseNode, BrowseDirection, type Namespace } from 'node-opcua';

const below = ['HasComponent', 'HasProperty', 'Organizes'];

/**
 * Deletes a node of a namespace with all that is below it there, leaves first. The library's own way down fails where a node has two parents, as a
 * tag has that is the value of a LADS function too.
 */
export function removeTree(namespace: Namespace, node: BaseNode, seen = new Set<BaseNode>()): void {
  if (seen.has(node)) return;
  seen.add(node);
  for (const kind of below)
    for (const child of node.findReferencesExAsObject(kind, BrowseDirection.Forward))
      if (child.nodeId.namespace === namespace.index) removeTree(namespace, child, seen);
  namespace.deleteNode(node);
}
