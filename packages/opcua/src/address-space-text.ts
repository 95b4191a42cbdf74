import type { BaseNode, IAddressSpace, UAObject, UAVariable } from 'node-opcua';
import { DataType, NodeClass } from 'node-opcua';
import { plantsUri } from './plants-uri.ts';

/**
 * The address space below some nodes as text: one line a node with its id, class, type and access, so that a change of the contract with clients is
 * seen in a review.
 */
export function addressSpaceText(addressSpace: IAddressSpace, roots: readonly string[]): string {
  const lines: string[] = [];
  const seen = new Set<string>();
  const index = addressSpace.getNamespaceIndex(plantsUri);
  const visit = (node: BaseNode, depth: number): void => {
    const id = node.nodeId.toString();
    if (seen.has(id)) return;
    seen.add(id);
    lines.push(`${'  '.repeat(depth)}${node.browseName.name}  ${text(node)}`);
    const children = node
      .findReferencesExAsObject('Aggregates' as never)
      .filter(({ nodeId }) => nodeId.namespace === index);
    for (const child of children.sort((a, b) => (a.nodeId.toString() < b.nodeId.toString() ? -1 : 1)))
      visit(child, depth + 1);
  };
  for (const root of roots) {
    const node = addressSpace.findNode(`ns=${index};s=${root}`);
    if (node) visit(node, 0);
  }
  return `${lines.join('\n')}\n`;
}

function text(node: BaseNode): string {
  const id = `s=${node.nodeId.value}`;
  if (node.nodeClass === NodeClass.Method) return `${id} method`;
  const type = (node as UAObject | UAVariable).typeDefinitionObj?.browseName.name ?? '';
  if (node.nodeClass !== NodeClass.Variable) return `${id} ${type}`;
  const { accessLevel, dataType } = node as UAVariable;
  const access = (accessLevel & 2 ? 'w' : 'r') + (accessLevel & 4 ? 'h' : '');
  const name =
    dataType.namespace === 0 ? (DataType[dataType.value as number] ?? dataType.toString()) : dataType.toString();
  return `${id} ${type} ${name} ${access}`;
}
