/**
 * Eigenvalues of a small dense matrix (row-major n x n) by reduction to Hessenberg form and the shifted QR algorithm (Martin, Peters and
 * Wilkinson 1970, Numer. Math. 14, 219; EISPACK hqr). Returns real and imaginary parts. Throws RangeError when it does not converge.
 */
export function eigenvalues(matrix: Float64Array, n: number): { readonly re: Float64Array; readonly im: Float64Array } {
  const a = balanced(matrix, n);
  const scale = normalise(a);
  reduceToHessenberg(a, n);
  const { re, im } = qr(a, n);
  return { re: re.map((value) => value * scale), im: im.map((value) => value * scale) };
}

/** Scales rows and columns by powers of two until their sizes agree: units of states can differ by many orders. */
function balanced(matrix: Float64Array, n: number): Float64Array {
  const a = matrix.slice();
  for (let done = false; !done; ) {
    done = true;
    for (let i = 0; i < n; i++) {
      let row = 0;
      let column = 0;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        row += Math.abs(a[i * n + j]!);
        column += Math.abs(a[j * n + i]!);
      }
      if (row === 0 || column === 0) continue;
      const factor = 2 ** Math.round(0.5 * Math.log2(row / column));
      if (column * factor + row / factor >= 0.95 * (row + column)) continue;
      done = false;
      for (let j = 0; j < n; j++) a[i * n + j]! /= factor;
      for (let j = 0; j < n; j++) a[j * n + i]! *= factor;
    }
  }
  return a;
}

/**
 * Divides a balanced matrix by a power of two near its largest entry, and drops what is so small beside it that it moves no eigenvalue: products
 * of entries stay within the range of numbers. Returns the power.
 */
function normalise(a: Float64Array): number {
  const largest = a.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return 1;
  const scale = 2 ** Math.floor(Math.log2(largest));
  for (let i = 0; i < a.length; i++) {
    const value = a[i]! / scale;
    a[i] = Math.abs(value) < 1e-100 ? 0 : value;
  }
  return scale;
}

function reduceToHessenberg(a: Float64Array, n: number): void {
  for (let m = 1; m < n - 1; m++) {
    let pivot = m;
    for (let i = m + 1; i < n; i++) if (Math.abs(a[i * n + m - 1]!) > Math.abs(a[pivot * n + m - 1]!)) pivot = i;
    const x = a[pivot * n + m - 1]!;
    if (x === 0) continue;
    if (pivot !== m) exchange(a, n, pivot, m);
    for (let i = m + 1; i < n; i++) {
      const y = a[i * n + m - 1]! / x;
      if (y === 0) continue;
      for (let j = m - 1; j < n; j++) a[i * n + j]! -= y * a[m * n + j]!;
      for (let j = 0; j < n; j++) a[j * n + m]! += y * a[j * n + i]!;
    }
  }
  for (let i = 2; i < n; i++) for (let j = 0; j < i - 1; j++) a[i * n + j] = 0;
}

function exchange(a: Float64Array, n: number, p: number, m: number): void {
  for (let j = 0; j < n; j++) [a[p * n + j], a[m * n + j]] = [a[m * n + j]!, a[p * n + j]!];
  for (let j = 0; j < n; j++) [a[j * n + p], a[j * n + m]] = [a[j * n + m]!, a[j * n + p]!];
}

/** Francis's double-shift QR on a Hessenberg matrix, deflating from the end. */
function qr(h: Float64Array, n: number): { re: Float64Array; im: Float64Array } {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  let shift = 0;
  let end = n - 1;
  for (let iterations = 0; end >= 0; ) {
    const low = deflationPoint(h, n, end);
    if (low === end) {
      re[end] = h[end * n + end]! + shift;
      end--;
      iterations = 0;
    } else if (low === end - 1) {
      solvePair(h, n, end, shift, re, im);
      end -= 2;
      iterations = 0;
    } else {
      if (iterations++ > 90)
        throw new RangeError(
          `The eigenvalues of a ${n} x ${n} matrix did not converge. Check it for entries that are not finite.`,
        );
      if (iterations % 10 === 0) shift += exceptionalShift(h, n, end);
      doubleStep(h, n, low, end, iterations % 10 === 0);
    }
  }
  return { re, im };
}

function deflationPoint(h: Float64Array, n: number, end: number): number {
  for (let l = end; l > 0; l--) {
    const size = Math.abs(h[(l - 1) * n + l - 1]!) + Math.abs(h[l * n + l]!);
    if (Math.abs(h[l * n + l - 1]!) <= 2.3e-16 * (size === 0 ? 1e-300 : size)) {
      h[l * n + l - 1] = 0;
      return l;
    }
  }
  return 0;
}

function exceptionalShift(h: Float64Array, n: number, end: number): number {
  const shift = h[end * n + end]!;
  for (let i = 0; i <= end; i++) h[i * n + i]! -= shift;
  return shift;
}

function solvePair(h: Float64Array, n: number, end: number, shift: number, re: Float64Array, im: Float64Array): void {
  const a = h[(end - 1) * n + end - 1]!;
  const d = h[end * n + end]!;
  const bc = h[(end - 1) * n + end]! * h[end * n + end - 1]!;
  const half = 0.5 * (a - d);
  const discriminant = half * half + bc;
  const root = Math.sqrt(Math.abs(discriminant));
  if (discriminant >= 0) {
    const z = half + (half >= 0 ? root : -root);
    re[end - 1] = d + z + shift;
    re[end] = z === 0 ? d + shift : d - bc / z + shift;
  } else {
    re[end - 1] = re[end] = d + half + shift;
    im[end - 1] = root;
    im[end] = -root;
  }
}

function doubleStep(h: Float64Array, n: number, low: number, end: number, exceptional: boolean): void {
  const at = (i: number, j: number): number => h[i * n + j]!;
  const size = Math.abs(at(end, end - 1)) + Math.abs(at(end - 1, end - 2));
  const x = exceptional ? 0.75 * size : at(end, end);
  const y = exceptional ? x : at(end - 1, end - 1);
  const w = exceptional ? -0.4375 * size * size : at(end, end - 1) * at(end - 1, end);
  let m = end - 2;
  let p = 0;
  let q = 0;
  let r = 0;
  for (; m >= low; m--) {
    const z = at(m, m);
    p = ((x - z) * (y - z) - w) / at(m + 1, m) + at(m, m + 1);
    q = at(m + 1, m + 1) - z - (x - z) - (y - z);
    r = at(m + 2, m + 1);
    const scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
    p /= scale;
    q /= scale;
    r /= scale;
    if (m === low) break;
    const u = Math.abs(at(m, m - 1)) * (Math.abs(q) + Math.abs(r));
    const v = Math.abs(p) * (Math.abs(at(m - 1, m - 1)) + Math.abs(z) + Math.abs(at(m + 1, m + 1)));
    if (u <= 2.3e-16 * v) break;
  }
  for (let i = m + 2; i <= end; i++) {
    h[i * n + i - 2] = 0;
    if (i > m + 2) h[i * n + i - 3] = 0;
  }
  chase(h, n, low, end, m, p, q, r);
}

/** Householder steps that push the bulge down the Hessenberg matrix. */
function chase(
  h: Float64Array,
  n: number,
  low: number,
  end: number,
  m: number,
  p0: number,
  q0: number,
  r0: number,
): void {
  let [p, q, r] = [p0, q0, r0];
  for (let k = m; k < end; k++) {
    const three = k < end - 1;
    let scale = 1;
    if (k > m) {
      p = h[k * n + k - 1]!;
      q = h[(k + 1) * n + k - 1]!;
      r = three ? h[(k + 2) * n + k - 1]! : 0;
      scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
      if (scale === 0) continue;
      p /= scale;
      q /= scale;
      r /= scale;
    }
    const s = p < 0 ? -Math.hypot(p, q, r) : Math.hypot(p, q, r);
    if (s === 0) continue;
    if (k > m) h[k * n + k - 1] = -s * scale;
    else if (low !== m) h[k * n + k - 1] = -h[k * n + k - 1]!;
    p += s;
    const [x, y, z] = [p / s, q / s, r / s];
    q /= p;
    r /= p;
    for (let j = k; j <= end; j++) {
      const sum = h[k * n + j]! + q * h[(k + 1) * n + j]! + (three ? r * h[(k + 2) * n + j]! : 0);
      if (three) h[(k + 2) * n + j]! -= sum * z;
      h[(k + 1) * n + j]! -= sum * y;
      h[k * n + j]! -= sum * x;
    }
    for (let i = low; i <= Math.min(end, k + 3); i++) {
      const sum = x * h[i * n + k]! + y * h[i * n + k + 1]! + (three ? z * h[i * n + k + 2]! : 0);
      if (three) h[i * n + k + 2]! -= sum * r;
      h[i * n + k + 1]! -= sum * q;
      h[i * n + k]! -= sum;
    }
  }
}
