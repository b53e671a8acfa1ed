import CPGQuery
import Foundation
import Synchronization

/// The only door to libpg_query, PostgreSQL 15's own grammar as a C library; each result is freed by its own function.
enum PGQuery {
    /// Trees of texts that were parsed before: gates, checks and watches render the same statements again and again, and
    /// reading the library's answer takes far longer than looking it up.
    ///
    /// By their bytes: two spellings of a character are one to `String`, and two names to the server.
    private static let known = Mutex<[[UInt8]: SyntaxTree]>([:])

    /// About as many as the files and checks of a plan have; what is beyond them is parsed anew.
    private static let capacity = 300

    /// The parse tree of all statements: an object with the list `stmts`.
    static func parse(_ text: String) throws(SyntaxError) -> SyntaxTree {
        let key = Array(text.utf8)
        if let tree = known.withLock({ $0[key] }) { return tree }
        let tree = try parseAnew(text)
        known.withLock { trees in
            if trees.count >= capacity { trees.removeAll(keepingCapacity: true) }
            trees[key] = tree
        }
        return tree
    }

    private static func parseAnew(_ text: String) throws(SyntaxError) -> SyntaxTree {
        try refuseNUL(in: text)
        let result = unsafe pg_query_parse(text)
        defer { unsafe pg_query_free_parse_result(result) }
        try unsafe check(result.error, in: text)
        guard let json = unsafe result.parse_tree else { throw text.syntaxError("the parser gave no tree") }
        let bytes = unsafe UnsafeBufferPointer(start: json, count: strlen(json)).map(UInt8.init(bitPattern:))
        guard let tree = SyntaxTree(json: bytes) else {
            throw text.syntaxError("the statement is nested too deeply to be analysed")
        }
        return tree
    }

    /// The tokens, comments included, as the server's own scanner sees them.
    static func scan(_ text: String) throws(SyntaxError) -> [Token] {
        try refuseNUL(in: text)
        let result = unsafe pg_query_scan(text)
        defer { unsafe pg_query_free_scan_result(result) }
        try unsafe check(result.error, in: text)
        guard let message = unsafe result.pbuf.data else { return [] }
        let bytes = unsafe UnsafeRawBufferPointer(start: message, count: result.pbuf.len)
        return unsafe Token.list(from: Array(bytes))
    }

    /// The text with a placeholder for each constant.
    static func normalize(_ text: String) throws(SyntaxError) -> String {
        try refuseNUL(in: text)
        let result = unsafe pg_query_normalize(text)
        defer { unsafe pg_query_free_normalize_result(result) }
        try unsafe check(result.error, in: text)
        guard let normalized = unsafe result.normalized_query else { throw text.syntaxError("the parser gave no text") }
        return unsafe String(cString: normalized)
    }

    /// **Invariant:** what is parsed is all that the server would see: a C string ends at its first NUL.
    private static func refuseNUL(in text: String) throws(SyntaxError) {
        guard let place = text.unicodeScalars.firstIndex(of: "\0") else { return }
        throw text.syntaxError("a NUL character cannot be part of SQL", at: place)
    }

    private static func check(_ error: UnsafeMutablePointer<PgQueryError>?, in text: String) throws(SyntaxError) {
        guard let error = unsafe error?.pointee else { return }
        let message = unsafe error.message.map { unsafe String(cString: $0) } ?? "syntax error"
        // The cursor counts code points from 1; 0 is "no place".
        let cursor = unsafe Int(error.cursorpos) - 1
        let scalars = text.unicodeScalars
        let place = cursor < 0 ? nil : scalars.index(scalars.startIndex, offsetBy: cursor, limitedBy: scalars.endIndex)
        throw text.syntaxError(message, at: place)
    }
}

extension String {
    /// An error about this text, its place turned into characters.
    func syntaxError(_ message: String, at place: Index? = nil) -> SyntaxError {
        SyntaxError(message: message, position: self[..<(place ?? endIndex)].count, text: self)
    }
}
