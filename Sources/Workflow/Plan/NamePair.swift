package import SQL

/// A column of one table and the column of another that it is matched with.
package struct NamePair: Sendable, Hashable, Codable {
    /// The column written first, as the key of a mapping.
    package var key: Identifier
    /// The column written second.
    package var value: Identifier

    /// A pair of columns.
    package init(key: Identifier, value: Identifier) {
        self.key = key
        self.value = value
    }
}
