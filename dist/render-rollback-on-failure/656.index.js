export const id=656;export const ids=[656];export const modules={656:(o,r,e)=>{e.d(r,{ExpectationError:()=>t.x,compileProbeRules:()=>s.bM});var t=e(55);var s=e(105)}};
