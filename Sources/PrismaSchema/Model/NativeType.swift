/// A type of PostgreSQL as `@db` names it.
package struct NativeType: Sendable, Hashable {
    /// The types that Prisma knows, by the names they have after `@db.`.
    package enum Kind: String, CaseIterable, Sendable {
        case text = "Text"
        case varChar = "VarChar"
        case char = "Char"
        case bit = "Bit"
        case varBit = "VarBit"
        case uuid = "Uuid"
        case xml = "Xml"
        case inet = "Inet"
        case citext = "Citext"
        case boolean = "Boolean"
        case integer = "Integer"
        case smallInt = "SmallInt"
        case oid = "Oid"
        case bigInt = "BigInt"
        case doublePrecision = "DoublePrecision"
        case real = "Real"
        case decimal = "Decimal"
        case money = "Money"
        case timestamp = "Timestamp"
        case timestamptz = "Timestamptz"
        case date = "Date"
        case time = "Time"
        case timetz = "Timetz"
        case json = "Json"
        case jsonB = "JsonB"
        case byteA = "ByteA"
    }

    package var kind: Kind

    /// Lengths, or precision and scale.
    package var arguments: [Int] = []

    /// The only length or precision, where one is given.
    var length: Int? { arguments.first }

    /// As Prisma's messages write it.
    package var description: String {
        kind.rawValue + (arguments.isEmpty ? "" : "(\(arguments.map(String.init).joined(separator: ",")))")
    }

    /// As SQL writes it.
    package var sql: String {
        let name = kind == .doublePrecision ? "DOUBLE PRECISION" : kind.rawValue.uppercased()
        return name + (arguments.isEmpty ? "" : "(\(arguments.map(String.init).joined(separator: ",")))")
    }
}

extension NativeType.Kind {
    /// The type of fields that may have it.
    var scalar: ScalarType {
        switch self {
        case .text, .varChar, .char, .bit, .varBit, .uuid, .xml, .inet, .citext: .string
        case .boolean: .boolean
        case .integer, .smallInt, .oid: .int
        case .bigInt: .bigInt
        case .doublePrecision, .real: .float
        case .decimal, .money: .decimal
        case .timestamp, .timestamptz, .date, .time, .timetz: .dateTime
        case .json, .jsonB: .json
        case .byteA: .bytes
        }
    }

    /// How many arguments it takes at most.
    var parameters: Int {
        switch self {
        case .decimal: 2
        case .varChar, .char, .bit, .varBit, .timestamp, .timestamptz, .time, .timetz: 1
        default: 0
        }
    }

    /// The values its first argument may have: a precision of time, or a length.
    var bounds: ClosedRange<Int> {
        switch self {
        case .timestamp, .timestamptz, .time, .timetz: 0...6
        case .decimal: 1...1000
        default: 1...10_485_760
        }
    }
}
