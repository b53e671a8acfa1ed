/// A constant default.
package enum DefaultValue: Sendable, Hashable {
    case string(String)
    /// The value's name in the database.
    case enumValue(String)
    case integer(Int64)
    case bigInteger(Int64)
    /// The digits, as they were written without leading zeros.
    case decimal(String)
    case boolean(Bool)
    case json(String)
    case dateTime(String)
    case bytes([UInt8])
    case list([DefaultValue])
}
