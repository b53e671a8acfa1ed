import SQL

extension Column {
    /// Its type as SQL writes it, with `[]` for a list; an integer with a sequence is a serial type.
    var typeSQL: String {
        let base: String =
            switch type {
            case .native(let native): isAutoincrement ? native.kind.serial ?? native.sql : native.sql
            case .enumeration(let name): name.quoted
            case .unsupported(let text): text
            }
        return arity == .list ? "\(base)[]" : base
    }

    /// Its definition in CREATE TABLE and ADD COLUMN, indented as Prisma does.
    var definition: String {
        let nullability = arity == .required ? " NOT NULL" : ""
        let value = defaultSQL.map { " DEFAULT \($0)" } ?? ""
        return "    \(name.quoted) \(typeSQL)\(nullability)\(value)"
    }

    /// The default as SQL writes it; nil where the column has none of its own.
    var defaultSQL: String? {
        switch defaultValue {
        case .value(let value): value.sql(of: typeSQL)
        case .now: "CURRENT_TIMESTAMP"
        case .expression(let text): text
        case .sequence, nil: nil
        }
    }
}

extension NativeType.Kind {
    fileprivate var serial: String? {
        switch self {
        case .integer: "SERIAL"
        case .bigInt: "BIGSERIAL"
        case .smallInt: "SMALLSERIAL"
        default: nil
        }
    }
}

extension DefaultValue {
    /// As SQL writes it; a list is cast to the column's type.
    func sql(of type: String) -> String {
        switch self {
        case .string(let text), .enumValue(let text), .json(let text), .dateTime(let text): text.quotedForSQL
        case .integer(let number), .bigInteger(let number): String(number)
        case .decimal(let digits): digits
        case .boolean(let value): String(value)
        case .bytes(let bytes): "'\\x\(bytes.map(\.hexadecimal).joined())'"
        case .list(let values): "ARRAY[\(values.map { $0.sql(of: type) }.joined(separator: ", "))]::\(type)"
        }
    }
}

extension String {
    /// Between quotes, with inner quotes doubled: right under `standard_conforming_strings`, and Prisma's own text.
    var quotedForSQL: String {
        var result = "'"
        for scalar in unicodeScalars {
            if scalar == "'" { result += "'" }
            result.unicodeScalars.append(scalar)
        }
        return result + "'"
    }
}

extension UInt8 {
    fileprivate var hexadecimal: String {
        (self < 16 ? "0" : "") + String(self, radix: 16)
    }
}
