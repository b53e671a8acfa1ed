extension ServerText {
    /// The query with each mention of a table in a FROM list replaced by another; aliases and column names stay.
    ///
    /// Both names are spelled as the server spells them, with their schemas.
    ///
    /// - Throws: SyntaxError where the text is not one that this grammar knows, as of a newer server.
    package func replacing(table: String, by other: String) throws(SyntaxError) -> ServerText {
        let mentions = try PGQuery.parse(text).descendants("RangeVar").map { $0.number("location") }
        var bytes = Array(text.utf8)
        let name = Array(table.utf8)
        for start in mentions.reversed() where bytes[start...].starts(with: name) {
            let end = start + name.count
            // app.user is not app.user_archive.
            if end < bytes.count, Self.continuesName(bytes[end]) { continue }
            bytes.replaceSubrange(start..<end, with: other.utf8)
        }
        return ServerText(String(decoding: bytes, as: UTF8.self))
    }

    private static func continuesName(_ byte: UInt8) -> Bool {
        let scalar = Unicode.Scalar(byte)
        return byte >= 0x80 || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            || "_$".unicodeScalars.contains(scalar)
    }
}
