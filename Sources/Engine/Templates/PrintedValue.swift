import Mustache

/// A value as Mustache prints it: in SQL as it is, within a comment so that a line break in it does not end the comment.
///
/// A column may be named `a\nDROP TABLE b`. Quoted, that is a name; in a comment its second line would be a statement.
struct PrintedValue: MustacheCustomRenderable, MustacheTransformable {
    /// The SQL of the value.
    let text: String

    var renderText: String { text }
    var isNull: Bool { false }

    /// Called for the tags that the scan has found within a comment: `{{&comment(name)}}`.
    func transform(_ name: String) -> Any? {
        guard let place = TagPlace(rawValue: name) else { return nil }
        return PrintedValue(text: place.keepingComment(text))
    }
}

/// Where in the SQL a tag stands.
enum TagPlace: String {
    /// In the SQL itself.
    case sql
    /// In a comment that only people read.
    case comment
    /// In the query of a `--@ done:` directive or a line that continues it.
    case done
    /// In any other directive.
    case title

    /// The place of a tag in a comment that begins with this text.
    init(comment: String) {
        switch true {
        case comment.hasPrefix("--@  "), comment.hasPrefix("--@ done:"): self = .done
        case comment.hasPrefix("--@"): self = .title
        default: self = .comment
        }
    }

    /// What a further line must begin with to belong to the same comment.
    private var linePrefix: String? {
        switch self {
        case .sql: nil
        case .comment: "-- "
        case .done: Directive.continuation
        case .title: ""
        }
    }

    /// The text with every line it goes over kept within the comment.
    func keepingComment(_ text: String) -> String {
        guard let linePrefix else { return text }
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            // To the server a CR ends a comment too; CR LF is one break.
            if let previous, previous.isLineBreak, !(previous == "\r" && scalar == "\n") {
                result.append(contentsOf: linePrefix.unicodeScalars)
            }
            result.append(self == .title && scalar.isLineBreak ? " " : scalar)
            previous = scalar
        }
        if previous?.isLineBreak == true { result.append(contentsOf: linePrefix.unicodeScalars) }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// Whether it ends a comment of SQL.
    var isLineBreak: Bool { self == "\n" || self == "\r" }
}
