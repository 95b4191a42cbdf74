/** The namespace of our plants: the same at every start, whatever its index. */
export const plantsUri = 'urn:fedbatch:plants';
