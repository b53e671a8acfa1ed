/// The reading of a connection string: libpq's own, but for URL parameters that libpq does not know.
enum ConnectionString {
    /// What a connection string says.
    struct Reading {
        var parameters: [(keyword: String, value: String)] = []
        var schema: String?
        var problem: String?
    }

    static let schemes = ["postgresql://", "postgres://"]

    /// Reads a URL, `keyword=value` pairs, or the bare name of a database.
    static func read(_ text: String) -> Reading {
        if text.contains("\0") { return Reading(problem: "a connection string cannot contain a NUL character") }
        if let scheme = schemes.first(where: text.hasPrefix) { return readURL(text, scheme: scheme) }
        if let scheme = text.firstRange(of: "://"), !text[..<scheme.lowerBound].contains("=") {
            return Reading(problem: "the scheme of the database URL is not postgresql://")
        }
        guard text.contains("=") else { return Reading(parameters: [("dbname", text)]) }
        return parse(text, orProblem: "the connection string is not of the form keyword=value ...")
    }

    // MARK: - URLs

    private static func readURL(_ text: String, scheme: String) -> Reading {
        let mark = text.firstIndex(of: "?") ?? text.endIndex
        let address = text[..<mark].dropFirst(scheme.count)
        let query = text[mark...].dropFirst()
        if hasMisplacedAt(address) {
            return Reading(problem: "the database URL has an @ where none is expected. \(encodingAdvice)")
        }

        var schema: String?
        var kept: [Substring] = []
        for item in query.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let key = percentDecoded(parts[0]) else {
                return Reading(problem: "a parameter of the database URL is not of the form name=value")
            }
            if key == "schema" { schema = percentDecoded(parts[1]) }
            if isKnown(key) { kept.append(item) }
        }
        let url = scheme + address + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
        var reading = parse(url, orProblem: "the database URL cannot be read. \(encodingAdvice)")
        reading.schema = schema
        return reading
    }

    /// Whether libpq would take an @ or / of the password for a delimiter, and then quote the rest as host or port.
    private static func hasMisplacedAt(_ address: Substring) -> Bool {
        let authority = address.prefix { $0 != "/" }
        return authority.count { $0 == "@" } > 1 || address.dropFirst(authority.count).contains("@")
    }

    private static let encodingAdvice =
        "Special characters in a user name or password are written percent-encoded: @ as %40, / as %2F, ? as %3F, "
        + "# as %23, % as %25"

    /// `ssl` is no keyword, but libpq's URL reader takes `ssl=true` for JDBC's sake.
    private static func isKnown(_ key: String) -> Bool {
        key == "ssl" || LibPQ.keywords.contains { $0.name == key }
    }

    /// Nil for a broken escape, or bytes that are not UTF-8.
    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    // MARK: - libpq

    private static func parse(_ text: String, orProblem problem: String) -> Reading {
        guard let parameters = LibPQ.parameters(of: text) else { return Reading(problem: problem) }
        let ports = parameters.filter { $0.keyword == "port" }.flatMap { $0.value.split(separator: ",") }
        // Otherwise libpq says so itself, and quotes what may be half a password.
        guard ports.allSatisfy({ UInt16($0) != nil }) else {
            return Reading(problem: "the port in the connection string is not a number. \(encodingAdvice)")
        }
        // libpq would take it for a name, and the server would answer that no such database exists.
        guard !parameters.contains(where: { $0.keyword == "dbname" && $0.value.contains("://") }) else {
            return Reading(problem: "the connection string holds a URL where the name of a database is expected")
        }
        return Reading(parameters: parameters)
    }
}
