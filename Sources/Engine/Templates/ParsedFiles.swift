import Diagnostics
import Synchronization

/// Rendered files that were parsed before, by their text.
///
/// A command renders the same file many times: to run it, to verify what it left, to look for a function in it. Parsing
/// takes far longer than rendering, and the same text always parses to the same value.
final class ParsedFiles<Parsed: Sendable>: Sendable {
    /// About as many texts as the files and checks of a few plans have; beyond it the collection starts anew.
    private let capacity: Int
    /// By bytes: two spellings of a character are equal as `String`, and two names to the server.
    private let known = Mutex<[Key: Parsed]>([:])

    private struct Key: Hashable {
        let name: String
        let text: [UInt8]
    }

    init(capacity: Int = 300) { self.capacity = capacity }

    /// The parsed form of a text, which `parse` makes where it is new.
    ///
    /// - Throws: what `parse` throws; a mistake is not remembered.
    func value(
        of source: SourceText,
        parse: (SourceText) throws(Diagnostics) -> Parsed
    ) throws(Diagnostics) -> Parsed {
        let key = Key(name: source.name, text: Array(source.text.utf8))
        if let parsed = known.withLock({ $0[key] }) { return parsed }
        let parsed = try parse(source)
        known.withLock { values in
            if values.count >= capacity { values.removeAll(keepingCapacity: true) }
            values[key] = parsed
        }
        return parsed
    }
}
