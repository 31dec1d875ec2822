/** What time it is, and what is done again and again. */
@NullMarked
@CheckReturnValue
package dev.together.time;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
