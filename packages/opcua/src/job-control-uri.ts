/** Of OPC 10031-4, second edition. */
export const jobControlUri = 'http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/';
