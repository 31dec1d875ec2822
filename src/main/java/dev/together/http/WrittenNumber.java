package dev.together.http;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.NumericNode;

/** A number that goes out to the letter as it came in. Who asks for its value as a primitive gets the nearest. */
class WrittenNumber extends NumericNode {

    private static final long serialVersionUID = 1L;

    /** Such as e-300. */
    private static final int LONGEST_EXPONENT_OF_ZERO = 5;

    private final String text;
    private final double value;

    WrittenNumber(String text) {
        this.text = text;
        this.value = Double.parseDouble(text);
    }

    /** Whether others can read it: a double has it, or what is near it, and that is not 0 where it is none. */
    boolean isInRange() {
        return !Double.isInfinite(value) && (value != 0 || (isZero() && exponent().length() <= LONGEST_EXPONENT_OF_ZERO));
    }

    /** How much longer it is without an exponent, as PostgreSQL writes it; it must be in range. */
    int addedWithoutExponent() {
        return exponent().isEmpty() ? 0 : new BigDecimal(text).toPlainString().length() - text.length();
    }

    private boolean isZero() {
        return text.substring(0, text.length() - exponent().length()).chars().noneMatch(digit -> digit >= '1' && digit <= '9');
    }

    /** From its letter on; empty where there is none. */
    private String exponent() {
        int at = Math.max(text.indexOf('e'), text.indexOf('E'));
        return at < 0 ? "" : text.substring(at);
    }

    @Override
    public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
        generator.writeNumber(text);
    }

    @Override
    public JsonToken asToken() {
        return JsonToken.VALUE_NUMBER_FLOAT;
    }

    @Override
    public NumberType numberType() {
        return NumberType.DOUBLE;
    }

    @Override
    public Number numberValue() {
        return value;
    }

    @Override
    public int intValue() {
        return (int) value;
    }

    @Override
    public long longValue() {
        return (long) value;
    }

    @Override
    public double doubleValue() {
        return value;
    }

    @Override
    public BigDecimal decimalValue() {
        return new BigDecimal(text);
    }

    @Override
    public BigInteger bigIntegerValue() {
        return decimalValue().toBigInteger();
    }

    @Override
    public boolean canConvertToInt() {
        return value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE;
    }

    @Override
    public boolean canConvertToLong() {
        return value >= Long.MIN_VALUE && value <= Long.MAX_VALUE;
    }

    @Override
    public boolean canConvertToExactIntegral() {
        return !Double.isInfinite(value) && value == Math.rint(value);
    }

    @Override
    public String asText() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WrittenNumber number && number.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
