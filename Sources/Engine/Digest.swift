import Crypto
import struct Foundation.Data

/// SHA-256, as lower-case hexadecimal digits.
package enum Digest {
    package static func hex(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
