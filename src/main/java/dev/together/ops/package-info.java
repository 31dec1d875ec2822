/** Readiness and shutdown. */
@NullMarked
@CheckReturnValue
package dev.together.ops;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
