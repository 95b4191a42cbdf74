import type { Namespace, UAObject } from 'node-opcua';

export const ladsUri = 'http://opcfoundation.org/UA/LADS/';

/** What a type makes when it is instantiated: children by the names that the specification gives them. */
export type Made = UAObject & { readonly [name: string]: never };

/** Makes an object of a type; children get node ids that begin with its own, so that they are the same at every start. */
export function make(
  namespace: Namespace,
  type: string,
  browseName: string,
  parent: UAObject,
  nodeId: string,
  optionals: readonly string[] = [],
  uri = ladsUri,
): Made {
  const { addressSpace } = namespace;
  const found = addressSpace.findObjectType(type, addressSpace.getNamespaceIndex(uri));
  if (!found) throw new Error(`The nodesets have no type ${type}. Load that of ${uri} before a device is made.`);
  const id = `ns=${namespace.index};s=${nodeId}`;
  return found.instantiate({
    browseName,
    componentOf: parent,
    nodeId: id,
    namespace,
    optionals,
  } as never) as unknown as Made;
}
