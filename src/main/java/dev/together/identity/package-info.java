/** Tokens: who is calling, and what they are. */
@NullMarked
@CheckReturnValue
package dev.together.identity;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
