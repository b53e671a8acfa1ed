import CLibCrypto

/// SHA-256, as lower-case hexadecimal digits.
package enum Digest {
    package static func hex(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var hash = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        // The result points to `hash`: it is nil only where no place for it is given.
        _ = unsafe SHA256(bytes, bytes.count, &hash)
        return hash.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
