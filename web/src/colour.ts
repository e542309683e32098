// The colour of an emotion: the plane's four corners, mixed.

const corners = {
  q1: [242, 169, 0], // pleasant and excited
  q2: [222, 60, 75], // unpleasant and excited
  q3: [76, 99, 210], // unpleasant and calm
  q4: [25, 160, 120], // pleasant and calm
};

// Values on [-1, 1]; near the middle the mix is grey by itself.
export function colourOf(valence: number, arousal: number): string {
  const v = (Math.max(-1, Math.min(1, 1.3 * valence)) + 1) / 2;
  const a = (Math.max(-1, Math.min(1, 1.3 * arousal)) + 1) / 2;
  const mix = (i: number) =>
    Math.round(
      a * (v * corners.q1[i] + (1 - v) * corners.q2[i]) + (1 - a) * ((1 - v) * corners.q3[i] + v * corners.q4[i]),
    );
  return `rgb(${mix(0)} ${mix(1)} ${mix(2)})`;
}
