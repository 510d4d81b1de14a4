// The beginning of docs/contract/messages.cddl: how it is read, and the COSE forms (RFC 9052), which no valibot schema has.
export const preamble = `; Every message between terminal and hub, in CDDL (RFC 8610). Written by test/contract/write.ts from the
; schemas in agent/protocol: do not change it by hand. Words: protocol.md. Judged by test/interop/cddl.py, which reads this file.
;
; What CDDL cannot say:
; * CBOR is in core deterministic encoding (RFC 8949, 4.2.1), also inside byte strings (.cbor): shortest and definite lengths, keys
;   sorted by their encoded bytes and none twice, no floats, of the simple values only false, true and null, at most 16 levels.
; * External data is signed or authenticated, and not sent: UTF-8 of the text that each message names. TOPIC is the topic, TERMINAL
;   the terminal's id, ID the transaction as 32 lower-case hex digits.
; * .regexp has to fit the whole text (XML Schema), and counts characters (Unicode code points).
; * A COSE_Key is a point on P-256. A key id is the key's thumbprint.
; * In a body, .cbor says what is in a byte string for whoever opens it: the hub opens the records of a batch one by one. Where one holds
;   something else, the body around it is valid all the same.

; ---- COSE

; COSE_Sign1 (RFC 9052, 4.2) with ES256. The signature is r || s over ["Signature1", protected, external data, payload].
signed<body> = #6.18([
  protected: bytes .cbor { 1: -7, 4: thumbprint },
  unprotected: {},
  payload: bytes .cbor body,
  signature: bytes .size 64,
])

; COSE_Sign (RFC 9052, 4.1) by several keys, each once. Each signature is over
; ["Signature", h'', protected of the signature, external data, payload].
signed-by-several<body> = #6.98([
  protected: bytes .size 0,
  unprotected: {},
  payload: bytes .cbor body,
  signatures: [1*16 [
    protected: bytes .cbor { 1: -7, 4: thumbprint },
    unprotected: {},
    signature: bytes .size 64,
  ]],
])

; COSE_Encrypt (RFC 9052, 5.1) to one recipient: AES-256-GCM, and ECDH-ES with HKDF-SHA-256 on P-256. The plaintext is CBOR of
; \`body\`; the ciphertext ends with the 16 bytes of the GCM tag.
sealed<body> = #6.96([
  protected: bytes .cbor { 1: 3 },
  unprotected: { 5: bytes .size 12 },
  ciphertext: bytes .size (16..16777216),
  recipients: [[
    protected: bytes .cbor { 1: -25 },
    unprotected: { -1: cose-key, 4: thumbprint },
    encrypted-key: bytes .size 0,
  ]],
])

; Public key on P-256 (RFC 9053, 7.1.1): kty EC2, crv P-256, x, y.
cose-key = { 1: 2, -1: 1, -2: bytes .size 32, -3: bytes .size 32 }

; SHA-256 of a COSE_Key's deterministic CBOR (RFC 9679).
thumbprint = bytes .size 32

; ---- Messages
`;
