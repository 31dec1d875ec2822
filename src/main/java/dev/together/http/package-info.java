/** What every function shares at its edge: failures, request ids, limits. */
@NullMarked
@CheckReturnValue
package dev.together.http;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
