/// A text together with the name under which messages mention it.
package struct SourceText: Sendable, Hashable {
    /// The file as the user named it, or a made-up name such as `<stdin>`.
    package let name: String

    /// The whole text, without a byte-order mark: no editor shows one, so no column may count it.
    package let text: String

    /// Takes text that is already known to be Unicode; a byte-order mark is dropped.
    package init(name: String, text: String) {
        self.name = name
        self.text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// Takes a file's bytes; the first one that is not UTF-8 is the diagnostic thrown.
    package init(name: String, bytes: some Sequence<UInt8>) throws(Diagnostic) {
        let bytes = Array(bytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Self.notUTF8(name: name, bytes: bytes)
        }
        self.init(name: name, text: text)
    }

    /// The id of the diagnostic about bytes that are not UTF-8.
    package static let notUTF8ID = "text.not-utf8"

    private static func notUTF8(name: String, bytes: [UInt8]) -> Diagnostic {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        var decoder = UTF8()
        var input = bytes.makeIterator()
        var valid = 0
        while case .scalarValue = decoder.decode(&input) { valid += 1 }
        // The repaired text has a replacement character where the bytes are wrong; what stands before is unchanged.
        let repaired = SourceText(name: name, text: String(decoding: bytes, as: UTF8.self))
        var finder = PositionFinder(repaired)
        let range = finder.range(fromScalar: valid, to: valid + 1)
        return Diagnostic(.error, notUTF8ID, "the text is not UTF-8", at: range, fix: "save the file as UTF-8")
    }
}
