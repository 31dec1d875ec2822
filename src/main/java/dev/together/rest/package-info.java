/**
 * The tables as clients of PostgREST see them: {@code /rest/v1/conversations}, {@code conversations_participants} and
 * {@code messages}.
 *
 * <p>
 * A query string is read into a {@link dev.together.rest.Query} of known columns, that is compiled to one statement which
 * finds nothing but what its caller takes part in, and PostgreSQL writes the JSON. What is written goes the functions' way.
 */
@NullMarked
@CheckReturnValue
package dev.together.rest;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
