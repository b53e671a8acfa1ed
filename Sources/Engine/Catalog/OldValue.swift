import SQL
import Workflow

/// The value that a column had, made of the one that takes its place.
struct OldValue {
    let backward: Expression
    let old: Identifier
    let new: Identifier

    /// nil where what is written for the old values means the same of the new ones.
    init?(_ mapping: TypeMapping?, of old: Identifier, in new: Identifier) {
        guard let mapping, mapping.changesMeaning == true else { return nil }
        backward = mapping.backward
        self.old = old
        self.new = new
    }

    /// The text with this value wherever the mark is read.
    func text(_ text: String, marked mark: Identifier, as frame: MarkedUses.Frame) throws(SyntaxError) -> String {
        let uses = try MarkedUses(of: mark, in: text, as: frame)
        return try uses.replaced { (qualifier) throws(SyntaxError) in
            try ColumnUses(of: old, inExpression: backward.text).replaced(by: qualifier + new.quoted)
        }
    }
}
