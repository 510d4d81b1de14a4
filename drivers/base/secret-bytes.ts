// Memory for a secret, outside of V8's heap. V8 keeps arrays of up to 64 bytes in its heap (typed_array_max_size_in_heap).
// The garbage collector moves them, and the first access by a native addon copies them out (v8::ArrayBufferView::Buffer).
// Both leave a copy in the old place, which no code can zero.

/** A zeroed Buffer of `size` bytes that is never moved. The code that fills it must zero it. */
export const secretBytes = (size: number): Buffer => Buffer.from(new ArrayBuffer(size));
