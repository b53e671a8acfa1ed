/// The scalar types of the schema language.
package enum ScalarType: String, CaseIterable, Sendable, Hashable {
    case string = "String"
    case boolean = "Boolean"
    case int = "Int"
    case bigInt = "BigInt"
    case float = "Float"
    case decimal = "Decimal"
    case dateTime = "DateTime"
    case json = "Json"
    case bytes = "Bytes"

    /// The type of a field without `@db`.
    var native: NativeType {
        switch self {
        case .string: NativeType(kind: .text)
        case .boolean: NativeType(kind: .boolean)
        case .int: NativeType(kind: .integer)
        case .bigInt: NativeType(kind: .bigInt)
        case .float: NativeType(kind: .doublePrecision)
        case .decimal: NativeType(kind: .decimal, arguments: [65, 30])
        case .dateTime: NativeType(kind: .timestamp, arguments: [3])
        case .json: NativeType(kind: .jsonB)
        case .bytes: NativeType(kind: .byteA)
        }
    }
}
