/// Which database to connect to, and as whom; its texts never show a password.
package struct ConnectionTarget: Sendable {
    /// Keywords of libpq with their values, in libpq's order; what is missing libpq takes from PG* variables and files.
    var parameters: [(keyword: String, value: String)]
    /// Why the given text is no connection string; reported when a connection is opened.
    let problem: String?
    /// The value of `schema` in a URL as Prisma writes it, which libpq does not know.
    package var schemaHint: String?
    /// Values that no message may contain.
    private let secrets: [String]
    /// Whether PGCONNECT_TIMEOUT was set, which libpq would overlook beside a parameter of ours.
    let leavesTimeoutToEnvironment: Bool

    /// Takes `url`, else `DATABASE_URL`, else leaves everything to libpq; an empty text counts as none.
    ///
    /// A connection string is a URL, `keyword=value` pairs, or the name of a database. Text that is neither is kept
    /// as a problem, and `Connection.open` reports it.
    package init(url: String?, environment: [String: String]) {
        let candidates = [url, environment["DATABASE_URL"]].compactMap { $0?.trimmingWhitespace() }
        let text = candidates.first { !$0.isEmpty }
        let reading = text.map(ConnectionString.read) ?? .init()
        parameters = reading.parameters
        problem = reading.problem
        schemaHint = reading.schema
        leavesTimeoutToEnvironment = environment["PGCONNECT_TIMEOUT"] != nil

        let secretNames = Set(LibPQ.keywords.lazy.filter(\.isSecret).map(\.name))
        var secrets = reading.parameters.filter { secretNames.contains($0.keyword) }.map(\.value)
        if let password = environment["PGPASSWORD"] { secrets.append(password) }
        // A password equal to a name that is shown anyway (postgres:postgres) would only make messages unreadable,
        // and the gap would give it away.
        let shown = reading.parameters.filter { Self.shownKeywords.contains($0.keyword) }.map(\.value)
        self.secrets = secrets.filter { !$0.isEmpty && !shown.contains($0) }
    }

    /// The same with another value of one of libpq's keywords.
    package func with(keyword: String, value: String) -> ConnectionTarget {
        var copy = self
        copy.parameters.removeAll { $0.keyword == keyword }
        copy.parameters.append((keyword, value))
        return copy
    }

    /// The value of one of libpq's keywords, when the connection string set it.
    package subscript(keyword keyword: String) -> String? {
        parameters.last { $0.keyword == keyword }?.value
    }

    /// A message of libpq or of the server on one line, without any password of this target.
    package func scrubbed(_ message: String) -> String {
        let line = message.split(whereSeparator: \.isNewline)
            .map { $0.trimmingWhitespace() }
            .joined(separator: " ")
        return secrets.reduce(line) { $0.replacing($1, with: "***") }
    }

    /// The keywords whose values `description` shows, in its order.
    private static let shownKeywords = ["service", "user", "host", "hostaddr", "port", "dbname"]
}

// MARK: - Texts

extension ConnectionTarget: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// As keyword string: who, where and which database, and nothing else.
    package var description: String {
        if problem != nil { return "an unreadable connection string" }
        let shown = Self.shownKeywords.compactMap { keyword in
            self[keyword: keyword].map { "\(keyword)=\(scrubbed($0))" }
        }
        return shown.isEmpty ? "libpq's defaults" : shown.joined(separator: " ")
    }

    package var debugDescription: String { description }

    /// Hides the stored properties from `dump` and from failing tests.
    package var customMirror: Mirror {
        Mirror(self, children: ["description": description])
    }
}

extension StringProtocol {
    func trimmingWhitespace() -> String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
