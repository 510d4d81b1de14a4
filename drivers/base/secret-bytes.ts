// Memory for a secret: outside of V8's heap. V8 keeps arrays of up to 64 bytes in its heap (typed_array_max_size_in_heap);
// a collection moves them, and a native addon's first look copies them out (v8::ArrayBufferView::Buffer). Either leaves
// the bytes where they were, and nobody can zero those.

/** A zeroed Buffer of `size` bytes that stays where it is; whoever fills it zeroes it. */
export const secretBytes = (size: number): Buffer => Buffer.from(new ArrayBuffer(size));
