/// The text form of arrays: manual, 8.15.6.
///
/// Bytes, not characters: a combining mark after a quote makes one `Character` of both.
enum ArrayText {
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    /// Every element is quoted, so that none is taken for NULL, a brace or a comma.
    static func write(_ elements: [String]) -> String {
        var bytes = [UInt8(ascii: "{")]
        for (place, element) in elements.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(quote)
            for byte in element.utf8 {
                if byte == quote || byte == backslash { bytes.append(backslash) }
                bytes.append(byte)
            }
            bytes.append(quote)
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The elements of a one-dimensional array, with nil for NULL; nil for any other text.
    static func read(_ text: String) -> [String?]? {
        var reader = Reader(rest: text.utf8[...])
        return reader.array()
    }

    /// The reading of one array from its beginning to its end.
    private struct Reader {
        var rest: Substring.UTF8View

        /// One element, whose absence is an error and whose null is a value.
        private enum Element {
            case null
            case text(String)
        }

        mutating func array() -> [String?]? {
            // Bounds that do not begin at 1 stand in front: [0:1]={a,b}.
            if take("["), let equals = rest.firstIndex(of: UInt8(ascii: "=")) { rest = rest[equals...].dropFirst() }
            guard take("{") else { return nil }
            if take("}") { return rest.isEmpty ? [] : nil }
            var elements: [String?] = []
            repeat {
                switch element() {
                case .text(let text): elements.append(text)
                case .null: elements.append(nil)
                case nil: return nil
                }
            } while take(",")
            return take("}") && rest.isEmpty ? elements : nil
        }

        private mutating func element() -> Element? {
            if take("\"") { return quotedElement() }
            let bare = rest.prefix { !",{}\"\\".utf8.contains($0) }
            guard !bare.isEmpty else { return nil }
            rest = rest.dropFirst(bare.count)
            let text = String(Substring(bare))
            // Unquoted NULL is the null element; a string of these letters comes quoted.
            return text.uppercased() == "NULL" ? .null : .text(text)
        }

        private mutating func quotedElement() -> Element? {
            var bytes: [UInt8] = []
            while var byte = rest.popFirst() {
                if byte == quote { return .text(String(decoding: bytes, as: UTF8.self)) }
                if byte == backslash {
                    guard let escaped = rest.popFirst() else { return nil }
                    byte = escaped
                }
                bytes.append(byte)
            }
            return nil
        }

        private mutating func take(_ delimiter: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: delimiter) else { return false }
            rest.removeFirst()
            return true
        }
    }
}
