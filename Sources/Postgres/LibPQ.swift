import CLibPQ

/// What libpq knows without a connection.
enum LibPQ {
    /// One connection parameter, as `PQconndefaults` lists them.
    struct Keyword: Sendable {
        let name: String
        /// A password or the like, which libpq asks programs not to show.
        let isSecret: Bool
    }

    /// Every parameter that this libpq accepts.
    static let keywords: [Keyword] = {
        // Nil only when memory is exhausted; then no parameter counts as known, and connecting says so.
        guard let options = unsafe PQconndefaults() else { return [] }
        defer { unsafe PQconninfoFree(options) }
        return unsafe read(options).map { option in
            Keyword(name: option.keyword, isSecret: option.isSecret)
        }
    }()

    /// The startup options that libpq sends where no parameter has any: those of PGOPTIONS, or of the service in PGSERVICE.
    static var defaultOptions: String? {
        guard let options = unsafe PQconndefaults() else { return nil }
        defer { unsafe PQconninfoFree(options) }
        return unsafe read(options).first { $0.keyword == "options" }?.value
    }

    /// The parameters that a connection string sets, or nil when libpq cannot read it.
    ///
    /// libpq's own message is dropped on purpose: it quotes the string, password included.
    static func parameters(of connectionString: String) -> [(keyword: String, value: String)]? {
        guard let options = unsafe PQconninfoParse(connectionString, nil) else { return nil }
        defer { unsafe PQconninfoFree(options) }
        return unsafe read(options).compactMap { option in
            option.value.map { (option.keyword, $0) }
        }
    }

    /// Copies an array of options, which ends with one that has no keyword.
    @unsafe static func read(
        _ options: UnsafeMutablePointer<PQconninfoOption>
    ) -> [(keyword: String, value: String?, isSecret: Bool)] {
        var copies: [(String, String?, Bool)] = []
        var next = unsafe options
        while let keyword = unsafe next.pointee.keyword {
            let value = unsafe next.pointee.val.map { unsafe String(cString: $0) }
            // "*" marks a field that is to be hidden on a form.
            let isSecret = unsafe next.pointee.dispchar.map { unsafe String(cString: $0) } == "*"
            copies.append((unsafe String(cString: keyword), value, isSecret))
            unsafe next += 1
        }
        return copies
    }
}
